"""How far windows are from what is normal for their own machine; nothing is trained."""
