/** Puts events in at a rate while something else is measured: into PostgreSQL, of the kind that Evident is given, too. */
package io.evident.load.intake;
