package component

// CompileWith is Compile with what validation accepts.
var CompileWith = compile
