"""Times of 24 hours, as the newsroom's own pages write them; Django would add "2:30 p.m."."""

TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"
