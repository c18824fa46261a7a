package corewasm

// WithChunks returns options under which bulk work pays from small bytes on and
// is done in chunks of that many bytes.
func (o Options) WithChunks(small, chunk uint64) Options {
	o.sizes = bulkSizes{small, chunk}
	return o
}
