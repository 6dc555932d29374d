"""The commands of ``kg``, one module a family. Heavy modules are imported inside them, so that help answers at once."""
