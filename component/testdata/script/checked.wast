;; Core modules in every place where a component can have one. TestCheckedOnce
;; looks who checks them.

(component definition $Instantiated
  (core module $m (memory 1))
  (core instance (instantiate $m)))

(component definition $InstantiatedTwice
  (core module $m (memory 1))
  (core instance (instantiate $m))
  (core instance (instantiate $m)))

(component definition $Unused
  (core module (memory 1)))

(component definition $Nested
  (component $c
    (core module $m (memory 1))
    (core instance (instantiate $m)))
  (instance (instantiate $c))
  (instance (instantiate $c)))

(component definition $NeverInstantiated
  (component $c
    (core module $m (memory 1))
    (core instance (instantiate $m))))

(component definition $Exported
  (core module $m (memory 1))
  (export "m" (core module $m)))

(component definition $ExportedWithin
  (component $c
    (core module $m (memory 1))
    (export "m" (core module $m)))
  (export "c" (component $c)))

(component definition $Open
  (import "m" (core module $i))
  (core module $m (memory 1))
  (core instance (instantiate $i))
  (core instance (instantiate $m)))
