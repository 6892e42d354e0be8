"""One small file per TwiML verb."""
