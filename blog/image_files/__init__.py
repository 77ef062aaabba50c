"""Files that hold pictures: what they are, what else they are, and how they are written anew."""
