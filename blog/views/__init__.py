"""What readers open in a browser."""
