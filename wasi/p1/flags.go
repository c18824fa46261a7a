package p1

import "io/fs"

// A FileType says what a descriptor or a file is (typenames.witx, $filetype).
type FileType uint8

// The types of files.
const (
	TypeUnknown FileType = iota
	TypeBlockDevice
	TypeCharacterDevice
	TypeDirectory
	TypeRegularFile
	TypeSocketDatagram
	TypeSocketStream
	TypeSymbolicLink
)

// fileType returns the type of a file of the host.
func fileType(mode fs.FileMode) FileType {
	switch {
	case mode.IsRegular():
		return TypeRegularFile
	case mode.IsDir():
		return TypeDirectory
	case mode&fs.ModeSymlink != 0:
		return TypeSymbolicLink
	case mode&fs.ModeCharDevice != 0:
		return TypeCharacterDevice
	case mode&fs.ModeDevice != 0:
		return TypeBlockDevice
	case mode&fs.ModeSocket != 0:
		return TypeSocketStream
	}
	return TypeUnknown
}

// Flags of open descriptors ($fdflags).
const (
	flagAppend = 1 << iota
	flagDsync
	flagNonblock
	flagRsync
	flagSync

	flagsSync  = flagDsync | flagRsync | flagSync
	flagsKnown = flagAppend | flagNonblock | flagsSync
)

// Flags of path_open ($oflags).
const (
	openCreate = 1 << iota
	openDirectory
	openExclusive
	openTruncate

	openKnown = openCreate | openDirectory | openExclusive | openTruncate
)

// lookupFollow is the one of the $lookupflags.
const lookupFollow = 1

// Flags that say which times to set ($fstflags).
const (
	setAccess = 1 << iota
	setAccessNow
	setModify
	setModifyNow

	setKnown = setAccess | setAccessNow | setModify | setModifyNow
)

// lastAdvice is the highest $advice.
const lastAdvice = 5
