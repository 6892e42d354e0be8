"""The hotline's HTTP door, tried as an attacker and as a pedantic carrier would."""
