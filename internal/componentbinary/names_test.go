package componentbinary

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestNames(t *testing.T) {
	tests := []struct {
		content string
		want    Names
	}{
		{"", Names{}},
		{"\x00\x02\x01c", Names{Component: "c"}},
		{"\x00\x02\x01c\x01\x06\x01\x01\x05\x02fn\x01\x06\x00\x11\x01\x00\x01m", Names{Component: "c", Items: map[SortIndex]string{
			{SortFunc, 5}: "fn", {CoreSortModule, 0}: "m",
		}}},
		{"\x07\x01\xff\x00\x02\x01c", Names{Component: "c"}},             // an unknown part
		{"\x00\x02\x01c\x01\x04\x01\x09\x05\x02", Names{Component: "c"}}, // a count that is too large
		{"\x00\x02\x01c\x01\x06\x01\x02\x05\x01f\x06", Names{Component: "c", Items: map[SortIndex]string{{SortFunc, 5}: "f"}}},
		{"\x00\x09\x01c", Names{}}, // cut off
		{"\xff", Names{}},
	}
	for _, test := range tests {
		c, err := Parse([]byte(component(section(SectionCustom, "\x0ecomponent-name"+test.content))))
		if err != nil {
			t.Fatal(err)
		}
		if test.want.Items == nil {
			test.want.Items = map[SortIndex]string{}
		}
		if diff := cmp.Diff(test.want, c.Names()); diff != "" {
			t.Errorf("%q: %s", test.content, diff)
		}
	}
}
