//! Every step of the catalogue does what its manual says, service by service.

