"""Mail that comes in: read into plain values, and who really sent it."""
