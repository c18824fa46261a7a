package config

import "github.com/patchbay-go/patchbay/internal/tomlfile"

// file is the form of patchbay.toml. docs/config.md says what the keys are.
type file struct {
	Server   serverFile             `toml:"server"`
	Engine   engineFile             `toml:"engine"`
	Budget   budgetFile             `toml:"budget"`
	Plugins  map[string]pluginFile  `toml:"plugin"`
	Gateways map[string]gatewayFile `toml:"gateway"`
}

type serverFile struct {
	Listen    *string            `toml:"listen"`
	TokenFile string             `toml:"token_file"`
	Hosts     []string           `toml:"hosts"`
	Origins   []string           `toml:"origins"`
	MaxBody   tomlfile.Size      `toml:"max_body"`
	Control   *string            `toml:"control"`
	Health    string             `toml:"health"`
	State     string             `toml:"state"`
	Drain     *tomlfile.Duration `toml:"drain"`
	Debounce  *tomlfile.Duration `toml:"debounce"`
	LogLevel  string             `toml:"log_level"`
	Tracing   tracingFile        `toml:"tracing"`
}

type tracingFile struct {
	Endpoint string   `toml:"endpoint"`
	Service  string   `toml:"service"`
	Ratio    *float64 `toml:"ratio"`
}

type engineFile struct {
	Mode     string `toml:"mode"`
	CacheDir string `toml:"cache_dir"`
}

type budgetFile struct {
	Memory       tomlfile.Size `toml:"memory"`
	Instances    int           `toml:"instances"`
	Compilations int           `toml:"compilations"`
}

type pluginFile struct {
	File      *string           `toml:"file"`
	SHA256    *string           `toml:"sha256"`
	Contract  string            `toml:"contract"`
	LogLevel  string            `toml:"log_level"`
	OnFailure string            `toml:"on_failure"`
	HostCalls string            `toml:"host_calls"`
	Args      []string          `toml:"args"`
	Env       map[string]string `toml:"env"`
	Stdout    string            `toml:"stdout"`
	Stderr    string            `toml:"stderr"`
	Dirs      []dirFile         `toml:"dir"`
	Limits    limitsFile        `toml:"limits"`
	Pool      poolFile          `toml:"pool"`
	Circuit   circuitFile       `toml:"circuit"`
	Swap      swapFile          `toml:"swap"`
}

type dirFile struct {
	Host     string `toml:"host"`
	Guest    string `toml:"guest"`
	Writable bool   `toml:"writable"`
}

type limitsFile struct {
	Timeout      *tomlfile.Duration `toml:"timeout"`
	Memory       tomlfile.Size      `toml:"memory"`
	Fuel         int64              `toml:"fuel"`
	ModuleSize   tomlfile.Size      `toml:"module_size"`
	Functions    int                `toml:"functions"`
	TableEntries int                `toml:"table_elements"`
}

type poolFile struct {
	Size      int               `toml:"size"`
	Warm      int               `toml:"warm"`
	Queue     *int              `toml:"queue"`
	MaxCalls  int64             `toml:"max_calls"`
	MaxAge    tomlfile.Duration `toml:"max_age"`
	MaxMemory tomlfile.Size     `toml:"max_memory"`
}

type circuitFile struct {
	Row    *int               `toml:"row"`
	Rate   *float64           `toml:"rate"`
	Window *tomlfile.Duration `toml:"window"`
	Least  *int               `toml:"least"`
}

type swapFile struct {
	Watch        *bool              `toml:"watch"`
	Touch        bool               `toml:"touch"`
	Probe        *probeFile         `toml:"probe"`
	Quiesce      string             `toml:"quiesce"`
	Resume       string             `toml:"resume"`
	Save         string             `toml:"save"`
	Restore      string             `toml:"restore"`
	AllowMissing bool               `toml:"allow_missing"`
	Drain        *tomlfile.Duration `toml:"drain"`
	Keep         *int               `toml:"keep"`
	Trial        trialFile          `toml:"trial"`
}

type trialFile struct {
	Off   bool               `toml:"off"`
	Calls *int               `toml:"calls"`
	Time  *tomlfile.Duration `toml:"time"`
	Rate  *float64           `toml:"rate"`
	Least *int               `toml:"least"`
}

type probeFile struct {
	Operation string             `toml:"operation"`
	Payload   string             `toml:"payload"`
	Reply     *string            `toml:"reply"`
	Timeout   *tomlfile.Duration `toml:"timeout"`
}

type gatewayFile struct {
	Listen    string             `toml:"listen"`
	Filter    string             `toml:"filter"`
	Operation string             `toml:"operation"`
	Upstream  string             `toml:"upstream"`
	Files     string             `toml:"files"`
	MaxBody   tomlfile.Size      `toml:"max_body"`
	Timeout   *tomlfile.Duration `toml:"timeout"`
}
