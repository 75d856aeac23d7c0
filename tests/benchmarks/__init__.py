"""`make bench`: what must be fast, as ratios to a bare Django view measured in the same run on the same machine."""
