"""Comments written for this project to train the spam model; see README.md beside this file."""
