/** Rules, holds and the horizon as they are now, and the file that has them. */
package io.evident.server.retention.state;
