/** The configuration as the rest of the server sees it: immutable, checked, complete. */
package io.evident.server.config;
