"""A WordPress export (WXR 1.0 to 1.2): read piece by piece and turned into what an import stores."""
