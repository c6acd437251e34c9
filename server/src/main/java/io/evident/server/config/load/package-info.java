/** Where the configuration comes from: the catalogue of keys, the sources in their order, and the check of every value. */
package io.evident.server.config.load;
