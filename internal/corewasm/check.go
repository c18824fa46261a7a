package corewasm

// Bounds are what [Check] holds a module against.
type Bounds struct {
	ModuleSize    int    // bytes of the binary
	Functions     int    // that are defined
	FunctionSize  int    // bytes of one body
	Complexity    int    // of one function, see complexity
	MemoryPages   uint32 // at the start
	TableElements int    // of all tables together at the start; of one that is imported
}

// What no module may go beyond, whatever the bounds: the limits that browsers
// have agreed on (WebAssembly JavaScript API, "Implementation-defined
// limits"), with fewer of what costs an engine much for each.
const (
	maxTypes    = 1_000_000
	maxValues   = 1_000 // of a function type, each way
	maxImports  = 100_000
	maxExports  = 100_000
	maxGlobals  = 1_000_000
	maxTables   = 100
	maxTags     = 1_000_000
	maxSegments = 1_000_000
	maxName     = 100_000 // bytes
	maxLocals   = 50_000

	// maxDepth is how many blocks may stand within each other. Compilers turn
	// a switch into as many as it has cases; wazero takes half a second for a
	// function with 10,000.
	maxDepth = 10_000
)

// Check looks through a whole module for what can hurt an engine before it has
// validated the module: counts and sizes that the bytes do not bear out, things
// beyond bounds, code that is cut off, instructions that the engine mistakes
// for others. It checks no types, and of indices only those of types and
// globals. It does not look into custom sections, so an engine must not be
// given their counts to believe: [Rewrite] drops them.
//
// It takes some milliseconds per MB of code, and a few bytes for each type and
// function. Errors are
// of type [*Error].
func Check(binary []byte, bounds Bounds) error {
	c := checker{reader: newReader(binary), bounds: &bounds}
	if len(binary) > bounds.ModuleSize {
		c.exceed(0, "ModuleSize", "it has %d bytes and may have %d", len(binary), bounds.ModuleSize)
	}
	c.readHeader()
	c.walk = walker{reader: c.reader, maxBody: bounds.FunctionSize, shapes: &boundShapes}
	most := int64(bounds.Complexity)
	c.walk.complexity = &complexity{most: most, left: most + complexityPerByte*int64(len(binary))}
	c.types, c.globals = 0, 0
	after := 0
	for section, ok := c.next(&after); ok; section, ok = c.next(&after) {
		c.content(section)
		c.finish()
	}
	if c.functions != c.bodies {
		c.fail("%d functions and %d bodies", c.functions, c.bodies)
	}
	return c.result()
}

type checker struct {
	*reader
	bounds *Bounds
	walk   walker

	functions, bodies, memories int
	elements                    uint64 // of the tables that are defined
}

func (c *checker) content(section Section) {
	switch section.ID {
	case SectionCustom:
		c.shortName()
		c.pos = c.end
	case SectionType:
		c.typeSection()
	case SectionImport:
		c.vector("import", 4, maxImports, c.imported)
	case SectionFunction:
		c.functionSection()
	case SectionTable:
		c.vector("table", 3, maxTables, func() { c.tableSize(c.bound(func() Desc { return c.table().Desc })) })
	case SectionMemory:
		c.vector("memory", 2, maxTables, func() { c.bound(c.memory) })
	case SectionTag:
		c.vector("tag", 2, maxTags, func() { c.tag() })
	case SectionGlobal:
		c.vector("global", 3, maxGlobals, func() { c.bound(func() Desc { return c.global().Desc }) })
	case SectionExport:
		c.vector("export", 3, maxExports, c.exported)
	case SectionStart, SectionDataCount:
		c.u32()
	case SectionElement:
		c.vector("element", 2, maxSegments, func() { c.element() })
	case SectionCode:
		c.bodies = c.walk.bodies()
	case SectionData:
		c.vector("data", 2, maxSegments, func() { c.dataSegment() })
	}
}

// vector checks the items of a section: at most so many, each of at least size
// bytes.
func (c *checker) vector(item string, size, most int, check func()) (n int) {
	at := c.pos
	n = c.count(size)
	if n > most {
		c.failAt(at, "%d are more than %d", n, most)
		return 0
	}
	c.items(item, n, check)
	return n
}

// shortName reads a name and wants it of bounded length.
func (c *checker) shortName() {
	at := c.pos
	if name := c.name(); len(name) > maxName {
		c.failAt(at, "name of %d bytes, more than %d", len(name), maxName)
	}
}

// typeSection counts the types. They may refer to each other.
func (c *checker) typeSection() {
	n := uint32(0)
	c.types = noLimit
	c.vector("type", 2, maxTypes, func() {
		c.funcTypes(func() {
			n++
			c.funcType()
		})
	})
	c.types = n
	if n > maxTypes {
		c.fail("%d are more than %d", n, maxTypes)
	}
}

func (c *checker) funcType() {
	params := c.values()
	c.walk.complexity.signature(params, c.values())
}

// values reads the types of parameters or results and returns how many.
func (c *checker) values() int {
	at := c.pos
	n := c.skipValueTypes()
	if n > maxValues {
		c.failAt(at, "%d parameters or results, more than %d", n, maxValues)
		return 0
	}
	return n
}

func (c *checker) imported() {
	c.shortName()
	c.shortName()
	c.bound(c.desc)
}

func (c *checker) exported() {
	at := c.pos
	if name, _, _ := c.exportItem(); len(name) > maxName {
		c.failAt(at, "name of %d bytes, more than %d", len(name), maxName)
	}
}

func (c *checker) functionSection() {
	at := c.pos
	c.functions = c.count(1)
	if c.functions > c.bounds.Functions {
		c.exceed(at, "Functions", "%d functions, and %d are allowed", c.functions, c.bounds.Functions)
	}
	c.items("function", c.functions, func() { c.function(c.typeIndex()) })
}

// tableSize holds all tables that are defined against the bound.
func (c *checker) tableSize(at int, table Desc) {
	c.elements += uint64(table.Limits.Min)
	if c.elements > uint64(c.bounds.TableElements) {
		c.exceed(at, "TableElements", "tables of %d elements together, and %d are allowed", c.elements, c.bounds.TableElements)
	}
}

// bound reads what is imported or defined, and stands there, and holds it
// against the bounds.
func (c *checker) bound(read func() Desc) (at int, desc Desc) {
	at = c.pos
	desc = read()
	switch size := desc.Limits.Min; {
	case c.err != nil:
	case desc.Kind == KindGlobal:
		c.globals++
	case desc.Kind == KindFunc:
		c.function(desc.Type)
		c.walk.complexity.next++
	case desc.Kind == KindTable && uint64(size) > uint64(c.bounds.TableElements):
		c.exceed(at, "TableElements", "table of %d elements, and %d are allowed", size, c.bounds.TableElements)
	case desc.Kind == KindMemory:
		c.memories++
		if size > c.bounds.MemoryPages {
			c.exceed(at, "MemoryBytes", "memory of %d pages, and %d are allowed", size, c.bounds.MemoryPages)
		}
		if c.memories > 1 {
			c.lack(at, "multi-memory")
		}
	}
	return at, desc
}

// function adds a function of that type to those that complexity knows.
func (c *checker) function(typeIndex uint32) {
	c.walk.complexity.functions = append(c.walk.complexity.functions, typeIndex)
}
