/**
 * Runs in a page before the page's own scripts. Replaces the devices by a camera and a screen of one colour each and a
 * microphone and a screen sound of one tone each, and measures which colours and tones the page's tiles show and play.
 */
interface PageOptions {
  readonly colours: readonly [camera: string, screen: string]
  /** In hertz. */
  readonly tones: readonly [microphone: number, screen: number]
  /** The device that the browser refuses. */
  readonly denies: string | undefined
  /** Every tone of the test, in hertz. */
  readonly scale: ReadonlyArray<number>
  readonly palette: { readonly [name: string]: readonly [red: number, green: number, blue: number] }
}

interface TestGlobals {
  readonly participant: PageOptions
  observed: { readonly now: () => ReadonlyArray<string>; readonly ever: () => ReadonlyArray<string> }
}

{
  const globals = globalThis as unknown as TestGlobals
  const { colours, denies, palette, scale, tones } = globals.participant
  const audio = new AudioContext()

  // --- Devices ---

  const toneTrack = (hertz: number): MediaStreamTrack => {
    const oscillator = audio.createOscillator()
    const volume = audio.createGain()
    const out = audio.createMediaStreamDestination()
    oscillator.frequency.value = hertz
    volume.gain.value = 0.3
    oscillator.connect(volume).connect(out)
    oscillator.start()
    return out.stream.getAudioTracks()[0]!
  }

  const colourTrack = (name: string): MediaStreamTrack => {
    const canvas = document.createElement("canvas")
    canvas.width = 160
    canvas.height = 120
    const context = canvas.getContext("2d")!
    let frames = 0
    const paint = (): void => {
      context.fillStyle = `rgb(${palette[name]?.join(" ")})`
      context.fillRect(0, 0, 160, 120)
      // The encoder skips a frame that equals the one before: a mark moves along the lower edge.
      context.fillStyle = "black"
      context.fillRect((frames++ * 8) % 160, 112, 8, 8)
    }
    paint()
    setInterval(paint, 100)
    return canvas.captureStream(10).getVideoTracks()[0]!
  }

  navigator.mediaDevices.getUserMedia = async (constraints) => {
    if (constraints?.video && denies === "camera") throw new DOMException("no", "NotAllowedError")
    return new MediaStream(constraints?.video ? [colourTrack(colours[0])] : [toneTrack(tones[0])])
  }
  navigator.mediaDevices.getDisplayMedia = async () => new MediaStream([colourTrack(colours[1]), toneTrack(tones[1])])

  // --- Measurements ---

  const analysers = new WeakMap<MediaStream, AnalyserNode>()

  const analyserOf = (stream: MediaStream): AnalyserNode => {
    const known = analysers.get(stream)
    if (known !== undefined) return known
    const analyser = audio.createAnalyser()
    analyser.fftSize = 8_192
    analyser.smoothingTimeConstant = 0
    audio.createMediaStreamSource(stream).connect(analyser)
    analysers.set(stream, analyser)
    return analyser
  }

  const toneOf = (stream: MediaStream): string | undefined => {
    const analyser = analyserOf(stream)
    const levels = new Float32Array(analyser.frequencyBinCount)
    analyser.getFloatFrequencyData(levels)
    const loudest = Math.max(...levels)
    const hertz = levels.indexOf(loudest) * audio.sampleRate / analyser.fftSize
    // The browser plays a little faster or slower until its jitter buffer has the right length.
    const near = scale.find((tone) => Math.abs(hertz / tone - 1) < 0.1)
    return loudest > -45 && near ? `${near} Hz` : undefined
  }

  const sample = document.createElement("canvas")
  sample.width = 8
  sample.height = 8

  const colourOf = (video: HTMLVideoElement): string | undefined => {
    const context = sample.getContext("2d", { willReadFrequently: true })!
    // `drawImage` draws nothing of a video whose first frame has not arrived: the canvas would keep the last measured
    // video.
    context.clearRect(0, 0, 8, 8)
    // Without the border, which contains the moving mark.
    context.drawImage(video, 16, 16, video.videoWidth - 32, video.videoHeight - 48, 0, 0, 8, 8)
    const { data } = context.getImageData(0, 0, 8, 8)
    const mean = [0, 1, 2].map((channel) =>
      data.filter((_, index) => index % 4 === channel).reduce((sum, value) => sum + value / 64, 0)
    )
    const near = Object.entries(palette).find(([, rgb]) =>
      rgb.every((value, channel) => Math.abs(value - (mean[channel] ?? 0)) < 80)
    )
    return near?.[0]
  }

  const now = (): ReadonlyArray<string> =>
    Array.from(document.querySelectorAll(".tile:not([data-own])")).flatMap((tile) =>
      Array.from(tile.querySelectorAll<HTMLMediaElement>("video, audio")).flatMap((element) => {
        if (!(element.srcObject instanceof MediaStream)) return []
        const isShown = element instanceof HTMLVideoElement && tile.hasAttribute("data-picture")
          && element.videoWidth > 0
        const sign = element instanceof HTMLVideoElement
          ? (isShown ? colourOf(element) : undefined)
          : toneOf(element.srcObject)
        return sign ? [`${tile.getAttribute("data-user")} ${element.getAttribute("data-type")}: ${sign}`] : []
      })
    )

  const ever = new Set<string>()
  setInterval(() => now().forEach((sign) => ever.add(sign)), 100)
  globals.observed = { now, ever: () => Array.from(ever).toSorted() }
}
