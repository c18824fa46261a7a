package componentbinary

// smallest has the size of the smallest item of each section that is a vector.
var smallest = [sectionIDs]int{
	SectionCoreInstance: 2, SectionCoreType: 2, SectionInstance: 2, SectionAlias: 4, SectionType: 1,
	SectionCanon: 1, SectionImport: 4, SectionExport: 5, SectionValue: 2,
}

// reserve makes room for what the sections up to end say that they have: there
// may be hundreds. What they say wrongly is found out when they are read.
func (r *reader) reserve(c *Component, end int) {
	var items, sections [sectionIDs]int
	ahead := reader{data: r.data, pos: r.pos}
	all := 0
	for section, ok := ahead.next(end); ok; section, ok = ahead.next(end) {
		sections[section.ID]++
		all++
		if size := smallest[section.ID]; size > 0 {
			items[section.ID] += ahead.count(size)
		}
		ahead.pos = ahead.end
		ahead.path.Return(0)
	}
	if ahead.err != nil {
		return
	}
	c.Sections = make([]Section, 0, all)
	c.Customs = room[Custom](sections[SectionCustom])
	c.Modules = room[Range](sections[SectionCoreModule])
	c.CoreInstances = room[CoreInstance](items[SectionCoreInstance])
	c.CoreTypes = room[CoreTypeDef](items[SectionCoreType])
	c.Components = room[*Component](sections[SectionComponent])
	c.Instances = room[Instance](items[SectionInstance])
	c.Aliases = room[Alias](items[SectionAlias])
	c.Types = room[TypeDef](items[SectionType])
	c.Canons = room[Canon](items[SectionCanon])
	c.Imports = room[Import](items[SectionImport])
	c.Exports = room[Export](items[SectionExport])
	c.Values = room[Value](items[SectionValue])
}

// room returns a list with room for n; nil for none.
func room[T any](n int) []T {
	if n == 0 {
		return nil
	}
	return make([]T, 0, n)
}
