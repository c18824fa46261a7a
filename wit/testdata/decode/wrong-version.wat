(component
  (import "a:b/c@1" (instance))
)
