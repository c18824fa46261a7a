(component
  (type (component (export "a:b/i" (instance))))
  (export "i" (type 0))
  (@custom "package-docs" "\01{}}")
)
