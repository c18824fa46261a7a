package wazero

import "github.com/tetratelabs/wazero"

type cache struct{}

func openCache(string, func(error)) (*cache, error) { return nil, nil }

func (c *cache) wazero() wazero.CompilationCache { return nil }

func (c *cache) compile(_ []byte, compile func() error) (bool, error) { return false, compile() }

func (c *cache) close() error { return nil }
