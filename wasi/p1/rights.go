package p1

// Rights are what a descriptor may be used for (typenames.witx, $rights).
type Rights uint64

// The rights.
const (
	FDDatasync Rights = 1 << iota
	FDRead
	FDSeek
	FDFdstatSetFlags
	FDSync
	FDTell
	FDWrite
	FDAdvise
	FDAllocate
	PathCreateDirectory
	PathCreateFile
	PathLinkSource
	PathLinkTarget
	PathOpen
	FDReaddir
	PathReadlink
	PathRenameSource
	PathRenameTarget
	PathFilestatGet
	PathFilestatSetSize
	PathFilestatSetTimes
	FDFilestatGet
	FDFilestatSetSize
	FDFilestatSetTimes
	PathSymlink
	PathRemoveDirectory
	PathUnlinkFile
	PollFDReadwrite
	SockShutdown
	SockAccept
)

const (
	// fileRights make sense for a file, streamRights for what has no positions.
	fileRights = streamRights | FDSeek | FDTell | FDAdvise | FDAllocate | FDFilestatSetSize | FDFilestatSetTimes

	streamRights = FDDatasync | FDRead | FDFdstatSetFlags | FDSync | FDWrite | FDFilestatGet | PollFDReadwrite

	// directoryRights make sense for a directory.
	directoryRights = FDDatasync | FDFdstatSetFlags | FDSync | FDFilestatGet | FDFilestatSetTimes | FDReaddir | PollFDReadwrite |
		PathCreateDirectory | PathCreateFile | PathLinkSource | PathLinkTarget | PathOpen | PathReadlink |
		PathRenameSource | PathRenameTarget | PathFilestatGet | PathFilestatSetSize | PathFilestatSetTimes |
		PathSymlink | PathRemoveDirectory | PathUnlinkFile

	// changingRights are those that a tree which is only read has not. To be
	// the source of a link is one: the link could be written.
	changingRights = FDWrite | FDAllocate | FDFilestatSetSize | FDFilestatSetTimes |
		PathCreateDirectory | PathCreateFile | PathLinkSource | PathLinkTarget | PathRenameSource | PathRenameTarget |
		PathFilestatSetSize | PathFilestatSetTimes | PathSymlink | PathRemoveDirectory | PathUnlinkFile

	// positionRights are those that only what has positions can give.
	positionRights = FDSeek | FDTell
)
