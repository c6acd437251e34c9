/** The demo: a server, sample traffic of a wedding platform, the live target table and first queries. */
package io.evident.server.demo;
