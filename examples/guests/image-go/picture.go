package main

import (
	"strconv"

	"github.com/patchbay-go/patchbay/guest/go/tube"
)

// toGray gives the three colors of each pixel the same luma, in place.
func toGray(p tube.Picture) tube.Picture {
	if p.Channels == 1 {
		return p
	}
	for i := 0; i+p.Channels <= len(p.Pixels); i += p.Channels {
		pixel := p.Pixels[i : i+3]
		luma := byte((299*uint32(pixel[0]) + 587*uint32(pixel[1]) + 114*uint32(pixel[2]) + 500) / 1000)
		pixel[0], pixel[1], pixel[2] = luma, luma, luma
	}
	return p
}

// blurred makes each pixel the mean of the square around it; where the picture
// ends its last pixel counts again. The sums of rows are kept for as long as the
// square has them, so that the picture can be changed in place.
func blurred(p tube.Picture, radius int) tube.Picture {
	samples, rows := p.Width*p.Channels, 2*radius+1
	area := uint32(rows * rows)
	clamp := func(y int) int { return min(max(y, 0), p.Height-1) }
	ring := make([][]uint32, rows)
	sum := func(y int) { ring[y%rows] = sumRow(ring[y%rows], p, y, radius) }
	columns := make([]uint32, samples)

	for y := 0; y <= min(radius, p.Height-1); y++ {
		sum(y)
	}
	for y := -radius; y <= radius; y++ {
		for i, n := range ring[clamp(y)%rows] {
			columns[i] += n
		}
	}
	for y := range p.Height {
		row := p.Pixels[y*samples : (y+1)*samples]
		for i, n := range columns {
			row[i] = byte((n + area/2) / area)
		}
		for i, n := range ring[clamp(y-radius)%rows] {
			columns[i] -= n
		}
		if y+radius+1 < p.Height {
			sum(y + radius + 1)
		}
		for i, n := range ring[clamp(y+radius+1)%rows] {
			columns[i] += n
		}
	}
	return p
}

// sumRow makes of row y the sums of the 2*radius+1 pixels around each of its
// pixels, in the memory of sums.
func sumRow(sums []uint32, p tube.Picture, y, radius int) []uint32 {
	samples, last := p.Width*p.Channels, p.Width-1
	if sums == nil {
		sums = make([]uint32, samples)
	}
	row := p.Pixels[y*samples : (y+1)*samples]
	for c := range p.Channels {
		sample := func(x int) uint32 { return uint32(row[min(max(x, 0), last)*p.Channels+c]) }
		var sum uint32
		for x := -radius; x <= radius; x++ {
			sum += sample(x)
		}
		for x := range p.Width {
			sums[x*p.Channels+c] = sum
			sum += sample(x+radius+1) - sample(x-radius)
		}
	}
	return sums
}

// resized makes each new pixel the mean of those that it stands for.
func resized(p tube.Picture, width, height int) tube.Picture {
	to := tube.Picture{Pixels: make([]byte, 0, width*height*p.Channels+16), Width: width, Height: height, Channels: p.Channels}
	for y := range height {
		top, bottom := part(y, p.Height, height)
		for x := range width {
			left, right := part(x, p.Width, width)
			for c := range p.Channels {
				to.Pixels = append(to.Pixels, mean(p, c, left, top, right, bottom))
			}
		}
	}
	return to
}

// part returns which of the pixels of a side become pixel i of the new side.
func part(i, side, newSide int) (begin, end int) {
	begin = int(uint64(i) * uint64(side) / uint64(newSide))
	end = int(uint64(i+1) * uint64(side) / uint64(newSide))
	return begin, max(end, begin+1)
}

func mean(p tube.Picture, c, left, top, right, bottom int) byte {
	area, sum := uint64(right-left)*uint64(bottom-top), uint64(0)
	for y := top; y < bottom; y++ {
		for x := left; x < right; x++ {
			sum += uint64(p.Pixels[(y*p.Width+x)*p.Channels+c])
		}
	}
	return byte((sum + area/2) / area)
}

// counted returns JSON: for each channel how many of its samples have each of
// the 256 values.
func counted(p tube.Picture) []byte {
	names := []string{"red", "green", "blue", "alpha"}
	if p.Channels == 1 {
		names = []string{"gray"}
	}
	var counts [4][256]uint32
	for i, sample := range p.Pixels {
		counts[i%p.Channels][sample]++
	}
	text := []byte{'{'}
	for c, name := range names[:p.Channels] {
		if c > 0 {
			text = append(text, ',')
		}
		text = append(text, `"`+name+`":[`...)
		for i, n := range counts[c] {
			if i > 0 {
				text = append(text, ',')
			}
			text = strconv.AppendUint(text, uint64(n), 10)
		}
		text = append(text, ']')
	}
	return append(text, '}')
}
