/** Many followers and queriers at a server that takes events in, and whether each follower got what it should. */
package io.evident.load.follow;
