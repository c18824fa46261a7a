package wave

import "strings"

// scanMultiline stops behind the next three quotes.
func (s *scanner) scanMultiline() kind {
	const quotes = `"""`
	start := s.at
	end := strings.Index(s.text[start+len(quotes):], quotes)
	if end < 0 {
		s.fail(start, start+len(quotes), `the closing """ is missing`)
	}
	s.at += len(quotes) + end + len(quotes)
	s.token.wide = true // perhaps
	return multiline
}

// dedent decodes the token in hand: the lines between its quotes, without the
// indentation of the last one.
func (s *scanner) dedent(dst []byte) []byte {
	start, end := s.token.start+3, s.at-3
	switch raw := s.text[start:end]; {
	case strings.HasPrefix(raw, "\r\n"):
		start += 2
	case strings.HasPrefix(raw, "\n"):
		start++
	default:
		s.fail(start-3, start, `a line ends behind the opening """`)
	}
	last := start + strings.LastIndexByte(s.text[start:end], '\n')
	indent := s.text[last+1 : end]
	if strings.Trim(indent, " ") != "" {
		s.fail(end, end+3, `only spaces stand before the closing """ on its line`)
	}
	for first := true; start <= last; first = false {
		if !first {
			dst = append(dst, '\n')
		}
		line := start + strings.IndexByte(s.text[start:], '\n')
		dst = s.appendLine(dst, start, line, indent)
		start = line + 1
	}
	return dst
}

// appendLine decodes the line from start to end without its indentation.
func (s *scanner) appendLine(dst []byte, start, end int, indent string) []byte {
	line := strings.TrimSuffix(s.text[start:end], "\r")
	end = start + len(line)
	switch {
	case strings.HasPrefix(line, indent):
		return s.unescape(dst, start+len(indent), end)
	case line == "":
		return dst
	}
	s.fail(start, end, `the line is indented less than the closing """`)
	return nil
}
