"""What we tell the carrier: documents, commands, music."""
