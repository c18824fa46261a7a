package corewasm

// An ItemReader reads single items of the core format where they stand in
// another one: the format of components has core types and value types. Each
// method reads within data[at:end] and returns the offset after the item.
// Indices of types are not checked. Errors are of type [*Error].
type ItemReader struct {
	r *reader
}

// NewItemReader returns a reader of items in data, which it keeps.
func NewItemReader(data []byte) ItemReader {
	return ItemReader{newReader(data)}
}

// ValueType reads the type of a value.
func (i ItemReader) ValueType(at, end int) (ValueType, int, error) {
	i.seek(at, end)
	t := i.r.valueType()
	return t, i.r.pos, i.r.result()
}

// FuncTypes reads the entry of a type section: one function type, or a group of
// recursive ones.
func (i ItemReader) FuncTypes(at, end int) ([]FuncType, int, error) {
	i.seek(at, end)
	var types []FuncType
	i.r.funcTypes(func() { types = append(types, FuncType{i.r.valueTypes(), i.r.valueTypes()}) })
	return types, i.r.pos, i.r.result()
}

// Desc reads what an import is: its kind and its type.
func (i ItemReader) Desc(at, end int) (Desc, int, error) {
	i.seek(at, end)
	desc := i.r.desc()
	return desc, i.r.pos, i.r.result()
}

func (i ItemReader) seek(at, end int) {
	i.r.err, i.r.pos, i.r.end = nil, at, end
}
