// Command relay answers with what the imports of the same names answer.
package main

import (
	"go.bytecodealliance.org/cm"

	"github.com/patchbay-go/patchbay/examples/guests/components/tinygo/hold"
	"github.com/patchbay-go/patchbay/examples/guests/components/tinygo/internal/patchbay/kinds/counters"
	"github.com/patchbay-go/patchbay/examples/guests/components/tinygo/internal/patchbay/kinds/echo"
)

func main() {}

// asking returns what asks a function of one argument.
func asking[T any](ask func(T) T) func(T) T {
	return func(v T) T {
		hold.Taken()
		return ask(v)
	}
}

func init() {
	e := &echo.Exports
	e.Nop, e.Add = echo.Nop, echo.Add
	e.EchoMany = func(a uint8, b int16, c uint32, d uint64, f float32, g float64, h string, i cm.List[uint8], j cm.Option[uint32],
		k echo.Color, l echo.Point, m bool, n rune) cm.List[string] {
		hold.Taken()
		return echo.EchoMany(a, b, c, d, f, g, h, i, j, k, l, m, n)
	}
	e.EchoBool = asking(echo.EchoBool)
	e.EchoS8 = asking(echo.EchoS8)
	e.EchoU8 = asking(echo.EchoU8)
	e.EchoS16 = asking(echo.EchoS16)
	e.EchoU16 = asking(echo.EchoU16)
	e.EchoS32 = asking(echo.EchoS32)
	e.EchoU32 = asking(echo.EchoU32)
	e.EchoS64 = asking(echo.EchoS64)
	e.EchoU64 = asking(echo.EchoU64)
	e.EchoF32 = asking(echo.EchoF32)
	e.EchoF64 = asking(echo.EchoF64)
	e.EchoChar = asking(echo.EchoChar)
	e.EchoString = asking(echo.EchoString)
	e.EchoBytes = asking(echo.EchoBytes)
	e.EchoBools = asking(echo.EchoBools)
	e.EchoShorts = asking(echo.EchoShorts)
	e.EchoLongs = asking(echo.EchoLongs)
	e.EchoFloats = asking(echo.EchoFloats)
	e.EchoDoubles = asking(echo.EchoDoubles)
	e.EchoChars = asking(echo.EchoChars)
	e.EchoStrings = asking(echo.EchoStrings)
	e.EchoColors = asking(echo.EchoColors)
	e.EchoPoints = asking(echo.EchoPoints)
	e.EchoReadings = asking(echo.EchoReadings)
	e.EchoCube = asking(echo.EchoCube)
	e.EchoPoint = asking(echo.EchoPoint)
	e.EchoReading = asking(echo.EchoReading)
	e.EchoMixed = asking(echo.EchoMixed)
	e.EchoShape = asking(echo.EchoShape)
	e.EchoShapes = asking(echo.EchoShapes)
	e.EchoColor = asking(echo.EchoColor)
	e.EchoAccess = asking(echo.EchoAccess)
	e.EchoDays = asking(echo.EchoDays)
	e.EchoBits = asking(echo.EchoBits)
	e.EchoPair = asking(echo.EchoPair)
	e.EchoOption = asking(echo.EchoOption)
	e.EchoOptions = asking(echo.EchoOptions)
	e.EchoResult = asking(echo.EchoResult)
	e.EchoOK = asking(echo.EchoOK)
	e.EchoError = asking(echo.EchoError)
	e.EchoBare = asking(echo.EchoBare)
	e.EchoJoin = asking(echo.EchoJoin)
	e.EchoDeep = func(v deep[echo.MixedShape_]) deep[echo.MixedShape_] {
		theirs := asking(echo.EchoDeep)(cm.Reinterpret[deep[echo.MixedShape]](v))
		return cm.Reinterpret[deep[echo.MixedShape_]](theirs)
	}

	counters.Exports.Counter.Constructor = func(start int32) own { return wrap(counters.NewCounter(start)) }
	counters.Exports.Counter.Destructor = destroy
	counters.Exports.Counter.Add = func(self cm.Rep, n int32) int32 { return theirs(self).Add(n) }
	counters.Exports.Counter.Value = func(self cm.Rep) int32 { return theirs(self).Value() }
	counters.Exports.Counter.Merge = func(a, b own) own { return wrap(counters.CounterMerge(unwrap(a), unwrap(b))) }
	counters.Exports.Counter.Sum = sum
	counters.Exports.Split = split
	counters.Exports.Open = open
	counters.Exports.Pass = pass
	counters.Exports.Alive = counters.Alive
}

// deep is of a type that is generated once for imports and once for exports.
type deep[room any] = cm.List[cm.Option[cm.Result[room, cm.Tuple[string, cm.List[echo.Shape]], echo.Mixed]]]

// A counter of ours is known by the handle of one of theirs.
type own = counters.ExportCounter

func theirs(self cm.Rep) counters.Counter { return counters.Counter(self) }

func wrap(c counters.Counter) own { return counters.ExportCounterResourceNew(cm.Rep(c)) }

// leaving is the counter whose wrapping goes without it.
var leaving cm.Rep = cm.ResourceNone

func unwrap(c own) counters.Counter {
	rep := c.ResourceRep()
	leaving = rep
	c.ResourceDrop()
	return theirs(rep)
}

func destroy(self cm.Rep) {
	if self != leaving {
		theirs(self).ResourceDrop()
	}
	leaving = cm.ResourceNone
}

func sum(all cm.List[cm.Rep]) int64 {
	hold.Taken()
	list := make([]counters.Counter, all.Len())
	for i, c := range all.Slice() {
		list[i] = theirs(c)
	}
	return counters.CounterSum(cm.ToList(list))
}

func split(c cm.Rep, parts uint32) cm.List[own] {
	hold.Taken()
	all := counters.Split(theirs(c), parts)
	list := make([]own, all.Len())
	for i, c := range all.Slice() {
		list[i] = wrap(c)
	}
	return cm.ToList(list)
}

type opened = cm.Result[string, own, string]

func open(start int32) opened {
	hold.Taken()
	c := counters.Open(start)
	if c.IsErr() {
		return cm.Err[opened](*c.Err())
	}
	return cm.OK[opened](wrap(*c.OK()))
}

func pass(c cm.Option[own]) cm.Option[own] {
	given := cm.None[counters.Counter]()
	if c.Some() != nil {
		given = cm.Some(unwrap(*c.Some()))
	}
	back := counters.Pass(given)
	if back.Some() == nil {
		return cm.None[own]()
	}
	return cm.Some(wrap(*back.Some()))
}
