"""One render: names in scope, limits, values and runtime errors."""
