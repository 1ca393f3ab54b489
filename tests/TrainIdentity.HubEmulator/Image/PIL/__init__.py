"""What a trainer's image would have of Pillow, as far as the runner uses it: photos pass through as they are."""
