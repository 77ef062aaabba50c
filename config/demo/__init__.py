"""The demonstration: a company that does not exist, its posts, and the people who answer them."""
