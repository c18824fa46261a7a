(component
  (type (component (export "a:b/i" (instance))))
  (export "i" (type 0))
  (type (component (export "a:c/j" (instance))))
  (export "j" (type 2))
)
