//go:build unix

package worker

import "os"

// syncFolder has the names in a folder written to the disk.
func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Sync()
}
