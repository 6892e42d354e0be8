"""What a person on the phone hears: words, audio and silence, and documents made of them."""
