package types

import "sync"

// fewFields is how many fields are found as fast one after the other.
const fewFields = 16

// A nameIndex finds one of many fields by its name. It is made when a name is
// looked for first.
type nameIndex struct {
	once sync.Once
	at   map[string]int
}

// FieldIndex returns the index of the field, case or label of that name, or -1.
func (t *Type) FieldIndex(name string) int {
	if t.names != nil {
		return t.names.find(t.fields, name)
	}
	for i := range t.fields {
		if t.fields[i].Name == name {
			return i
		}
	}
	return -1
}

func (x *nameIndex) find(fields []Field, name string) int {
	x.once.Do(func() {
		x.at = make(map[string]int, len(fields))
		for i := len(fields) - 1; i >= 0; i-- {
			x.at[fields[i].Name] = i
		}
	})
	if i, ok := x.at[name]; ok {
		return i
	}
	return -1
}
