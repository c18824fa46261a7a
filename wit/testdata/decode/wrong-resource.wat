(component
  (import "first" (instance $first (export "r" (type (sub resource)))))
  (alias export $first "r" (type $r))
  (import "f" (func (param "r" (borrow $r))))
)
