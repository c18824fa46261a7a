package worker

import (
	"bytes"
	"io"
	"os"
)

// readFile reads no more of a file than limit bytes and one.
func readFile(name string, limit int) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	most := max(int64(limit), int64(limit)+1)
	var binary bytes.Buffer
	binary.Grow(int(min(info.Size(), most)) + bytes.MinRead)
	_, err = binary.ReadFrom(io.LimitReader(file, most))
	return binary.Bytes(), err
}
