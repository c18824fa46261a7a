(component
  (import "i" (instance (export "m" (core module))))
)
