package engine

// Metered is an instance of an engine that counts fuel (see [Limits].Fuel).
type Metered interface {
	Instance

	// Spent returns how many units the instance's code has spent since it was
	// made, its start function included. What one call took is the difference
	// before and after it. Counting costs calls nothing, and this some
	// nanoseconds. An engine may count what linked instances spend to each other.
	Spent() uint64
}
