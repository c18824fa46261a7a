// Command mirror answers by itself what it is asked in each function of
// kinds.wit.
package main

import (
	"math"
	"strconv"

	"go.bytecodealliance.org/cm"

	"github.com/patchbay-go/patchbay/examples/guests/components/tinygo/hold"
	"github.com/patchbay-go/patchbay/examples/guests/components/tinygo/internal/patchbay/kinds/counters"
	"github.com/patchbay-go/patchbay/examples/guests/components/tinygo/internal/patchbay/kinds/echo"
)

func main() {}

func same[T any](v T) T {
	hold.Taken()
	return v
}

func init() {
	e := &echo.Exports
	e.Nop = func() {}
	e.Add = func(a, b uint32) uint32 { return a + b }
	e.EchoMany = many
	e.EchoBool, e.EchoChar, e.EchoString = same, same, same
	e.EchoS8, e.EchoU8, e.EchoS16, e.EchoU16 = same, same, same, same
	e.EchoS32, e.EchoU32, e.EchoS64, e.EchoU64 = same, same, same, same
	e.EchoF32, e.EchoF64 = same, same
	e.EchoBytes, e.EchoBools, e.EchoShorts, e.EchoLongs = same, same, same, same
	e.EchoFloats, e.EchoDoubles, e.EchoChars, e.EchoStrings = same, same, same, same
	e.EchoColors, e.EchoPoints, e.EchoReadings, e.EchoCube = same, same, same, same
	e.EchoPoint, e.EchoReading, e.EchoMixed = same, same, same
	e.EchoShape, e.EchoShapes, e.EchoColor = same, same, same
	e.EchoAccess, e.EchoDays, e.EchoBits, e.EchoPair = same, same, same, same
	e.EchoOption, e.EchoOptions = same, same
	e.EchoResult, e.EchoOK, e.EchoError, e.EchoBare, e.EchoJoin = same, same, same, same, same
	e.EchoDeep = same

	counters.Exports.Counter.Constructor = create
	counters.Exports.Counter.Destructor = destroy
	counters.Exports.Counter.Add = func(self cm.Rep, n int32) int32 {
		*at(self) += n
		return *at(self)
	}
	counters.Exports.Counter.Value = func(self cm.Rep) int32 { return *at(self) }
	counters.Exports.Counter.Merge = merge
	counters.Exports.Counter.Sum = sum
	counters.Exports.Split = split
	counters.Exports.Open = open
	counters.Exports.Pass = same
	counters.Exports.Alive = func() uint32 { return uint32(len(all)) }
}

func many(a uint8, b int16, c uint32, d uint64, e float32, f float64, g string, h cm.List[uint8], i cm.Option[uint32],
	j echo.Color, k echo.Point, l bool, m rune) cm.List[string] {
	hold.Taken()
	some, valid := uint32(7), "0"
	if i.Some() != nil {
		some = *i.Some()
	}
	if l {
		valid = "1"
	}
	return cm.ToList([]string{
		unsigned(a), signed(b), unsigned(c), unsigned(d), unsigned(math.Float32bits(e)), unsigned(math.Float64bits(f)),
		g, unsigned(h.Len()), unsigned(some), unsigned(j), signed(k.X), signed(k.Y), valid, string(m),
	})
}

func signed[T int16 | int32](v T) string { return strconv.FormatInt(int64(v), 10) }

func unsigned[T uint8 | echo.Color | uint32 | uint64 | uintptr](v T) string {
	return strconv.FormatUint(uint64(v), 10)
}

// all are the counters that there are.
var (
	all  = map[cm.Rep]*int32{}
	last cm.Rep
)

func create(start int32) counters.Counter {
	last++
	all[last] = &start
	return counters.CounterResourceNew(last)
}

func destroy(self cm.Rep) { delete(all, self) }

func at(self cm.Rep) *int32 { return all[self] }

// take ends a counter and returns how much it counted.
func take(c counters.Counter) int32 {
	n := *at(c.ResourceRep())
	c.ResourceDrop()
	return n
}

func merge(a, b counters.Counter) counters.Counter { return create(take(a) + take(b)) }

func sum(of cm.List[cm.Rep]) (sum int64) {
	hold.Taken()
	for _, c := range of.Slice() {
		sum += int64(*at(c))
	}
	return sum
}

func split(c cm.Rep, parts uint32) cm.List[counters.Counter] {
	left := *at(c)
	list := make([]counters.Counter, parts)
	for i := range list {
		part := left / int32(len(list)-i)
		left -= part
		list[i] = create(part)
	}
	return cm.ToList(list)
}

type opened = cm.Result[string, counters.Counter, string]

func open(start int32) opened {
	if start < 0 {
		return cm.Err[opened](signed(start) + " is negative")
	}
	return cm.OK[opened](create(start))
}
