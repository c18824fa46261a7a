package sourceline

import (
	"path"
	"strings"
	"unicode"
)

// What an entry of a table can say, and the forms in which it does (DWARF 5,
// sections 6.2.4.1 and 7.5.6).
const (
	contentPath      = 1
	contentDirectory = 2

	formData2   = 0x05
	formData4   = 0x06
	formData8   = 0x07
	formString  = 0x08
	formBlock   = 0x09
	formData1   = 0x0b
	formStrp    = 0x0e
	formUdata   = 0x0f
	formData16  = 0x1e
	formLineStr = 0x1f
)

// file returns the path of a file by its number, or "".
func (s *sections) file(h header, number uint64) string {
	r := &reader{data: s.line[:h.program], at: h.tables}
	if h.version == 5 {
		return s.file5(h, r, number)
	}
	return file2(r, number)
}

// file2 reads the tables of DWARF 2 to 4, where numbers begin with 1: directory
// 0 is the one in which the compiler ran, which is not told here.
func file2(r *reader, number uint64) string {
	var directories []string
	for {
		directory := r.text()
		if directory == "" {
			break
		}
		directories = append(directories, directory)
	}
	for k := uint64(1); ; k++ {
		name := r.text()
		directory := r.uleb()
		r.uleb() // time
		r.uleb() // size
		if name == "" || r.failed {
			return ""
		}
		if k < number {
			continue
		}
		if directory == 0 || directory > uint64(len(directories)) {
			return name
		}
		return join(directories[directory-1], name)
	}
}

// file5 reads the tables of DWARF 5, where numbers begin with 0: directory 0 is
// the one in which the compiler ran.
func (s *sections) file5(h header, r *reader, number uint64) string {
	directoryTable := *r
	s.entry(h, r, everything)
	file := s.entry(h, r, number)
	if file.path == "" {
		return ""
	}
	inner := directoryTable
	directory := s.entry(h, &inner, file.directory).path
	if file.directory != 0 {
		outer := directoryTable
		directory = join(s.entry(h, &outer, 0).path, directory)
	}
	return join(directory, file.path)
}

// everything is the number of no entry.
const everything = ^uint64(0)

// An entry is a directory or a file.
type entry struct {
	path      string
	directory uint64
}

// entry reads a table up to the entry of that number, and returns it. Of
// everything it reads the whole table.
func (s *sections) entry(h header, r *reader, number uint64) entry {
	formats := make([][2]uint64, r.u8())
	for i := range formats {
		formats[i] = [2]uint64{r.uleb(), r.uleb()}
	}
	count := r.uleb()
	if len(formats) == 0 {
		return entry{} // no entry takes any bytes, so no count can be checked
	}
	for k := uint64(0); k < count && !r.failed; k++ {
		wanted := k == number
		e := s.fields(h, r, formats, wanted)
		if wanted && !r.failed {
			return e
		}
	}
	return entry{}
}

// fields reads one entry, and its strings only if it is wanted.
func (s *sections) fields(h header, r *reader, formats [][2]uint64, wanted bool) entry {
	var e entry
	for _, format := range formats {
		number, section := form(r, format[1], h.wide)
		switch {
		case !wanted:
		case format[0] == contentDirectory:
			e.directory = number
		case format[0] == contentPath:
			e.path = s.text(r, section, number)
		}
	}
	return e
}

// text returns the string that form found.
func (s *sections) text(r *reader, form, at uint64) string {
	switch form {
	case formString:
		return textAt(r.data, at)
	case formStrp:
		return textAt(s.str, at)
	case formLineStr:
		return textAt(s.lineStr, at)
	}
	return ""
}

// form reads a value. It returns a number, or the form again for a string and
// where that is.
func form(r *reader, form uint64, wide bool) (number, text uint64) {
	switch form {
	case formString:
		at := r.at
		r.skipText()
		return uint64(at), form
	case formStrp, formLineStr:
		return r.offset(wide), form
	case formUdata:
		return r.uleb(), 0
	case formData1:
		return r.fixed(1), 0
	case formData2:
		return r.fixed(2), 0
	case formData4:
		return r.fixed(4), 0
	case formData8:
		return r.fixed(8), 0
	case formData16:
		r.take(16)
	case formBlock:
		r.take(r.uleb())
	default:
		r.fail()
	}
	return 0, 0
}

// join puts a path behind a directory, unless it is absolute already.
func join(directory, name string) string {
	if directory == "" || absolute(name) {
		return name
	}
	if name == "" {
		return directory
	}
	return path.Join(directory, name)
}

// absolute reports whether a path of any system is absolute.
func absolute(name string) bool {
	return strings.HasPrefix(name, "/") || strings.HasPrefix(name, `\`) ||
		len(name) > 1 && name[1] == ':'
}

// longestPath is how much of a path is kept.
const longestPath = 1024

// printable returns a path that is safe to print: it comes from the guest.
func printable(name string) string {
	if len(name) > longestPath {
		name = "…" + name[len(name)-longestPath:]
	}
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, name)
}
